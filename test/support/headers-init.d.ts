/** A name of the DOM that the types of the MCP SDK, version 1, take for granted. */
type HeadersInit = NonNullable<ConstructorParameters<typeof Headers>[0]>;
