export declare function flow(issuer: string): Promise<string>;
