// SPDX-License-Identifier: Apache-2.0

// Package archtest holds the rules of the house as a test: which floor may
// import which, where SQL, the network, the clock and the environment may be
// used, how large a file, a function and a package may grow, which modules the
// project depends on and why, and that both languages say the same things.
//
// Each rule reads the source files, not compiled packages, so the whole test
// takes a fraction of a second. Each rule is also shown a small planted tree
// that breaks it: a rule that cannot fail protects nothing.
//
// The package has no code of its own outside its tests.
package archtest
