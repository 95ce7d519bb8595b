// certificate.mjs: certificates for 127.0.0.1, made on the spot by openssl.
//
// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

// Writes NAME.crt and NAME.key into the folder: {cert, key} are their paths, `pem` is what a client has to trust.
export function makeCertificate(folder, name) {
  const cert = join(folder, `${name}.crt`);
  const key = join(folder, `${name}.key`);
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", `/CN=${name}`,
    "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { cert, key, pem: readFileSync(cert) };
}
