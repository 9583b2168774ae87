// SPDX-License-Identifier: Apache-2.0

// Package api is how every version of the API speaks: it reads requests, asks
// who calls, calls the handler of a route and writes what it answers. It knows
// none of the things that the API is about; those are in v1.
//
// One table of routes answers requests and writes the OpenAPI 3.1 document, so
// that neither can promise what the other does not keep. Handlers return errors;
// one adapter turns them into RFC 9457 problems in the reader's language.
//
// It refuses requests without a good token, a POST without Idempotency-Key,
// bodies with a field that nobody knows (a misspelt quantity must not be dropped
// silently), bodies above 1 MiB and pages above 500 rows.
package api
