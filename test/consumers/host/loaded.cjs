/** Lists all the files that were loaded for what the argument names, which may be a program to its end. */
async function list() {
  await require(process.argv[2]);
  console.log(JSON.stringify(Object.keys(require.cache)));
}

void list();
