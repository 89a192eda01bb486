/** The package's version; a test holds it to package.json, so that reports need no file to name it. */
export const VERSION = "0.1.0";
