// SPDX-License-Identifier: Apache-2.0

package ledger

import "github.com/qiaorelief/qiao/internal/kernel/id"

// Kind says what it means to be on an account.
type Kind string

// The kinds of account. In every commodity and lot the amounts over all kinds
// sum to zero.
const (
	// Source is outside: what donors and suppliers gave, as a negative amount.
	Source Kind = "source"
	// Stock is on hand at a place.
	Stock Kind = "stock"
	// Transit is on the way between places.
	Transit Kind = "transit"
	// Recipient has been handed over and accepted.
	Recipient Kind = "recipient"
	// Adjustment is lost or damaged (positive) or found (negative), with a reason.
	Adjustment Kind = "adjustment"
	// Unreconciled is what a register says went out although the books never
	// received it, as a negative amount. It is shown openly in every report.
	Unreconciled Kind = "unreconciled"
	// Fund is money on hand in a channel (a bank account, a payment code).
	Fund Kind = "fund"
	// Purpose is money paid out for something.
	Purpose Kind = "purpose"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Source, Stock, Transit, Recipient, Adjustment, Unreconciled, Fund, Purpose}
}

// Guarded reports whether accounts of the kind may not go below what is held.
func (k Kind) Guarded() bool {
	switch k {
	case Stock, Transit, Recipient, Fund, Purpose:
		return true
	case Source, Adjustment, Unreconciled:
		return false
	}
	return true
}

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool {
	switch k {
	case Source, Stock, Transit, Recipient, Adjustment, Unreconciled, Fund, Purpose:
		return true
	}
	return false
}

// Account names an account by what it is. Holder is an organisation (or zero
// where none is known); Place is a place code, a channel of money or a purpose.
type Account struct {
	Kind   Kind
	Holder id.ID
	Place  string
}

// ID returns the account's id, which is derived from what it is: no look-up is
// needed to post to it.
func (a Account) ID() id.ID {
	return id.Derive("ledger.account", string(a.Kind), string(a.Holder[:]), a.Place)
}

// Commodity is a currency code or an item code with an optional unit, such as
// `mask-surgical` or `mask-surgical#case`. The ledger gives it no meaning.
type Commodity string

// Lot is what came together and stays together.
type Lot struct {
	ID        id.ID
	Commodity Commodity
	Donor     id.ID  // zero: unknown
	Earmark   id.ID  // zero: for free use
	Code      string // batch number for people, may be empty
	OpenedOn  Day    // when it was received
	ExpiresOn Day    // zero: none known
}

// Earmark is a donor's condition on use, as a dimension of lots.
type Earmark struct {
	AsStated  string
	Recipient id.ID
	Place     string
	Purpose   string
}

// ID returns the earmark's id, derived from its content; the empty earmark has
// the zero id.
func (e Earmark) ID() id.ID {
	if e == (Earmark{}) {
		return id.Zero
	}
	return id.Derive("ledger.earmark", e.AsStated, string(e.Recipient[:]), e.Place, e.Purpose)
}
