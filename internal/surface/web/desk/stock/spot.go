// SPDX-License-Identifier: Apache-2.0

package stock

import (
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// spot is one row of stock as a page showed it. Its text goes to the browser and
// comes back, so that what is done is done to what somebody saw.
type spot struct {
	stock.Spot

	lot          id.ID
	amount, held int64
}

func (h *Chapter) spot(r ledger.StockRow) string {
	return spot{stock.Spot{Holder: r.Account.Holder, Place: r.Account.Place}, r.Lot.ID, r.Amount, r.Held}.String()
}

// String returns lot~holder~amount~held~place.
func (s spot) String() string {
	return strings.Join([]string{
		s.lot.String(), s.Holder.String(), strconv.FormatInt(s.amount, 10), strconv.FormatInt(s.held, 10), s.Place,
	}, "~")
}

// parseSpot reads what String wrote.
func parseSpot(text string) (s spot, err error) {
	parts := strings.SplitN(text, "~", 5)
	if len(parts) != 5 {
		return s, errs.New(errs.Malformed, "desk.form_once")
	}
	var bad [4]error
	s.lot, bad[0] = id.Parse(parts[0])
	s.Holder, bad[1] = id.Parse(parts[1])
	s.amount, bad[2] = strconv.ParseInt(parts[2], 10, 64)
	s.held, bad[3] = strconv.ParseInt(parts[3], 10, 64)
	s.Place = parts[4]
	for _, err := range bad {
		if err != nil {
			return s, errs.Wrap(err, errs.Malformed, "desk.form_once")
		}
	}
	return s, nil
}
