// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bufio"
	"bytes"
	"maps"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench/invented"
)

func TestEntriesAsLedgerReadsThem(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	text := invented.PlainText{W: bufio.NewWriter(&out)}
	text.Entry(time.Date(2020, 2, 3, 2, 0, 0, 0, time.UTC), "receipt.donation")
	text.Move("source:x", "stock:warehouse", "mask-surgical", 600)
	text.Move("unreconciled", "stock:warehouse", "mask-surgical", 0)
	text.Entry(time.Date(2020, 2, 4, 2, 0, 0, 0, time.UTC), "money.in")
	text.Pay("source:x", "fund:bank", "CNY", 250005)
	if err := text.W.Flush(); err != nil {
		t.Fatal(err)
	}
	const want = `
2020/02/03 receipt.donation
    source:x  -600 "mask-surgical"
    stock:warehouse  600 "mask-surgical"

2020/02/04 money.in
    source:x  -2500.05 CNY
    fund:bank  2500.05 CNY
`
	if out.String() != want {
		t.Errorf("got %s", out.String())
	}
}

func TestBothStocksAreRead(t *testing.T) {
	t.Parallel()
	want := map[string]int64{"goggles": 7, "mask-surgical": -5}
	ours, err := ourStock([]byte(`{"reconciliation":[{"commodity":"goggles","stock":7},{"commodity":"cap","stock":0},{"commodity":"mask-surgical","stock":-5}]}`))
	if err != nil || !maps.Equal(ours, want) {
		t.Errorf("ours: %v, %v", ours, err)
	}
	theirs, err := theirStock("           7 goggles\n    -5 \"mask-surgical\"  stock:warehouse\n")
	if err != nil || !maps.Equal(theirs, want) {
		t.Errorf("theirs: %v, %v", theirs, err)
	}
	for _, broken := range []string{"7\n", "many goggles\n"} {
		if _, err := theirStock(broken); err == nil {
			t.Errorf("%q was read", broken)
		}
	}
}
