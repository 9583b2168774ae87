// SPDX-License-Identifier: Apache-2.0

// Package link keeps one-time links: of each the SHA-256 of its 256 random bits.
// Package signin decides who makes one and what it does.
//
// # Tables
//
// account_invitation.
//
// # What it refuses
//
// A link that was used, revoked or has expired: one answer (signin.link_dead).
package link
