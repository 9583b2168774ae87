// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench/invented"
)

// walked is how many pages of each list are read, one after the other.
const walked = 200

// lists reads the API's list of receipts on the largest books as a script does:
// page by page with the cursor, whole and filtered.
func (b *bench) lists(ctx context.Context) (err error) {
	n := b.Entries[len(b.Entries)-1]
	made, err := b.shelf(ctx, n)
	if err != nil {
		return err
	}
	server, err := b.serve(ctx, made.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	first, err := server.receipts(ctx, "")
	if err != nil {
		return err
	}
	if len(first.Items) == 0 {
		return errors.New("the books have no receipts")
	}
	one := first.Items[0]
	for _, filter := range []struct{ name, query string }{
		{"all", ""},
		{"one class", "&class=" + url.QueryEscape(one.Class)},
		{"two classes up to a day", "&class=mask-surgical,goggles&up_to=" + invented.Begin.AddDate(0, 0, invented.Days/2).Format(time.DateOnly)},
		{"one day", "&day=" + one.Day},
		{"one donor", "&donor=" + url.QueryEscape(one.Donor)},
	} {
		b.Note("bench.walking", "filter", filter.name, "n", n)
		all, err := server.walk(ctx, filter.query)
		if err != nil {
			return fmt.Errorf("%s: %w", filter.name, err)
		}
		if err := b.latency("list", of(n)+": GET /api/v1/receipts, "+filter.name, all, 50, 95); err != nil {
			return err
		}
	}
	return nil
}

// receiptPage is what is read of a page of the list.
type receiptPage struct {
	Items []struct {
		Class string `json:"class"`
		Day   string `json:"day"`
		Donor string `json:"donor"`
	} `json:"items"`
	Next string `json:"next"`

	took time.Duration
}

func (t *target) receipts(ctx context.Context, query string) (receiptPage, error) {
	body, took, err := t.timed(ctx, ourPath+"?limit=50"+query, t.bearer())
	if err != nil {
		return receiptPage{}, err
	}
	page := receiptPage{took: took}
	return page, json.Unmarshal(body, &page)
}

// walk reads pages from the first on; a list that ends is begun again.
func (t *target) walk(ctx context.Context, query string) ([]time.Duration, error) {
	var all []time.Duration
	cursor := ""
	for range walked {
		page, err := t.receipts(ctx, query+cursor)
		if err != nil {
			return nil, err
		}
		if len(page.Items) == 0 && cursor == "" {
			return nil, errors.New("the list is empty")
		}
		all = append(all, page.took)
		cursor = ""
		if page.Next != "" {
			cursor = "&cursor=" + url.QueryEscape(page.Next)
		}
	}
	return all, nil
}
