// SPDX-License-Identifier: Apache-2.0

package signin

// HashRuns returns how many passwords were hashed.
func (s *Service) HashRuns() uint64 { return s.hasher.Runs() }
