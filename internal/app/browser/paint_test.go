// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"slices"
	"testing"

	"github.com/chromedp/cdproto/network"
)

// slow is a network as Lighthouse knows it: round trip and rate of its profile
// "mobile regular 3G", 300 ms and 700 kbit/s. The connection itself is on
// loopback: its handshake is not slowed down.
var slow = network.Conditions{Latency: 300, DownloadThroughput: 700_000 / 8, UploadThroughput: 700_000 / 8}

// TestTheFirstPaintOnASlowNetwork opens the report as somebody does who has never
// been there, several times, and takes the median.
func TestTheFirstPaintOnASlowNetwork(t *testing.T) {
	v := visit(t, 390, 844)
	v.open(t, "/needs?lang=zh") // the server has drawn a page before
	tell(t, v, network.Enable, network.EnableParams{})
	tell(t, v, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	tell(t, v, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{&slow}})
	var all []int
	const times, most = 5, 1000 // milliseconds
	for range times {
		v.open(t, "/")
		painted := 0
		for tries := 0; painted == 0 && tries < 1000; tries++ { // the page is loaded a frame before it is painted
			painted = ask[int](t, v, `Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0)`)
		}
		if painted == 0 {
			t.Fatal("the page was never painted")
		}
		all = append(all, painted)
	}
	slices.Sort(all)
	t.Logf("first contentful paint of / at 300 ms and 700 kbit/s: %v ms", all)
	if all[0] > most {
		t.Errorf("the first words come after %d ms, want at most %d", all[0], most)
	}
	if n := ask[int](t, v, `performance.getEntriesByType("resource").filter(r => !r.name.endsWith(".svg")).length`); n > 2 {
		t.Errorf("the page asks for %d more files, want a style sheet and a script", n)
	}
}
