// SPDX-License-Identifier: Apache-2.0

package link

import (
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
)

// Path is where one-time links lead, followed by the token.
const Path = "/link/"

// ClockSlip is how far the clocks of two servers may be apart.
const ClockSlip = 5 * time.Minute

// Kind is what a one-time link is for.
type Kind string

// The kinds of link.
const (
	SetUp  Kind = "setup"  // makes the first administrator
	Invite Kind = "invite" // a new person chooses a password or a passkey
	Reset  Kind = "reset"  // a person who forgot the password chooses another
	Enter  Kind = "enter"  // signs in directly: demonstration and command line
)

// Link is a one-time link.
type Link struct {
	ID        id.ID
	Kind      Kind
	Person    person.Person // in full only where a page needs it; zero for SetUp
	Token     string        // only where the link is made
	CreatedAt time.Time
	CreatedBy id.ID
	ExpiresAt time.Time
	UsedAt    time.Time
	RevokedAt time.Time
}

// Alive reports whether the link can be used at that moment. A link from the
// future was made while the clock was wrong.
func (l Link) Alive(now time.Time) bool {
	return l.UsedAt.IsZero() && l.RevokedAt.IsZero() && now.Before(l.ExpiresAt) && !l.CreatedAt.After(now.Add(ClockSlip))
}

// Path returns what follows the address of the server.
func (l Link) Path() string { return Path + l.Token }
