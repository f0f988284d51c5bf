require(process.argv[2]);
/** Lists all the files that were loaded for what the argument names. */
console.log(JSON.stringify(Object.keys(require.cache)));
