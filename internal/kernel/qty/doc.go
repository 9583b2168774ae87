// SPDX-License-Identifier: Apache-2.0

// Package qty holds quantities the way people state them: exactly, about, at
// least, or not at all; in pieces or in packs; with the words they used.
//
// Outside the books a quantity keeps its state. Only a stated quantity whose
// base value is known enters the ledger. A quantity that nobody knows is never
// 0 or 1.
package qty
