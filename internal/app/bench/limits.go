// SPDX-License-Identifier: Apache-2.0

package bench

// limits are what this tree promises, by part, case and clients. docs/benchmarks.md
// says where each comes from.
func limits() map[string]limit {
	return map[string]limit{}
}
