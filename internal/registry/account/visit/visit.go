// SPDX-License-Identifier: Apache-2.0

package visit

import (
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/session"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
)

const (
	// IdleLife is how long a session lives without a request.
	IdleLife = 12 * time.Hour
	// ClockSlip is how far the clocks of two servers may be apart.
	ClockSlip = 5 * time.Minute
)

// The stages of a session.
const (
	Half = "half" // the password was right, the second factor is missing
	Full = "full"
)

// Session is a browser in which somebody is signed in.
type Session struct {
	ID        id.ID
	Person    id.ID
	How       string // password, password+code, password+recovery, password+passkey, passkey, link
	Address   string // from where it was opened
	Agent     string // the browser, in its own words
	CreatedAt time.Time
	SeenAt    time.Time // last use, to the minute
	ExpiresAt time.Time // ends then in any case
	FreshAt   time.Time // the last proof of who it is

	Stage  string
	Secret session.Digest // of the token
	Actor  account.Actor  // who acts in it
	State  person.State   // of the person
}

// Alive reports whether the session can be used at that moment. One from the
// future was made while the clock was wrong: how long it lives is unknown.
func (s Session) Alive(now time.Time) bool {
	return now.Before(s.ExpiresAt) && now.Before(s.SeenAt.Add(IdleLife)) && !s.CreatedAt.After(now.Add(ClockSlip)) &&
		s.State == person.Active
}
