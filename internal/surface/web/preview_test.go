// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"net"
	"net/http"
	"os"
	"testing"
	"time"
)

// TestPreview serves the sample pages on the address in QIAO_PREVIEW, such as
// 127.0.0.1:8099, until the file named in QIAO_PREVIEW_UNTIL exists: for
// looking at them with a browser. QIAO_PREVIEW_WITH chooses "nothing" or "too
// much" instead of the usual sample.
func TestPreview(t *testing.T) {
	address, until := os.Getenv("QIAO_PREVIEW"), os.Getenv("QIAO_PREVIEW_UNTIL")
	if address == "" || until == "" {
		t.Skip("set QIAO_PREVIEW and QIAO_PREVIEW_UNTIL to look at the sample pages")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	services, ok := extremes()[os.Getenv("QIAO_PREVIEW_WITH")]
	if !ok {
		services = samples()
	}
	server := &http.Server{Handler: public(t, services), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		for {
			if _, err := os.Stat(until); err == nil {
				_ = server.Close()
				return
			}
			time.Sleep(200 * time.Millisecond)
		}
	}()
	if err := server.Serve(listener); err != http.ErrServerClosed {
		t.Fatal(err)
	}
}
