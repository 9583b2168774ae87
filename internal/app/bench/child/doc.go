// SPDX-License-Identifier: Apache-2.0

// Package child runs other programs for the bench: servers until they are
// stopped, commands to their end, with the processor time and memory that they used.
package child
