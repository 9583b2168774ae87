// SPDX-License-Identifier: Apache-2.0

// Package bench measures the whole program as its users meet it: over HTTP, as
// a process of its own, on books that are built through the services.
//
// Every figure is a Row: what was measured, ours, perhaps a peer's, perhaps the
// limit that this tree promises. Peers take turns with the program in one run,
// so that both see the same machine; each figure is the median of the turns.
// Processor time and memory are read from /proc, so it runs on Linux only.
//
// # A peer
//
// A peer is an executable. It is started with --addr HOST:PORT --data DIR, an
// empty folder, and prints one line of JSON when it is ready (see Ready): where
// a donation goes, with which method, headers and body. In header values and
// body every $KEY is replaced by a fresh idempotency key for each request. It
// ends when it is interrupted. bench/pocketbase is one.
package bench
