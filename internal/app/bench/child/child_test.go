// SPDX-License-Identifier: Apache-2.0

package child

import (
	"testing"
	"time"
)

func TestWhatLinuxSaysOfAProcess(t *testing.T) {
	t.Parallel()
	used, err := parseStat("17 (a (strange) name 1 2) S 1 2 3 4 5 6 7 8 9 10 250 50 13 14 15 16 17")
	if err != nil || used != 3*time.Second {
		t.Errorf("processor time %v, %v", used, err)
	}
	status := "Name:\tqiao\nVmHWM:\t   2048 kB\nVmRSS:\t    1024 kB\n"
	if n, err := parseStatus(status, "VmHWM"); err != nil || n != 2<<20 {
		t.Errorf("peak %d, %v", n, err)
	}
	for _, broken := range []string{"", "17 (x) S 1", "17 (x) S 1 2 3 4 5 6 7 8 9 10 many 50 13"} {
		if _, err := parseStat(broken); err == nil {
			t.Errorf("%q was read", broken)
		}
	}
	for _, broken := range []string{"", "VmHWM: much kB", "VmHWMs: 1 kB"} {
		if _, err := parseStatus(broken, "VmHWM"); err == nil {
			t.Errorf("%q was read", broken)
		}
	}
}
