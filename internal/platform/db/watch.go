// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"time"
)

// WatchOthers makes commits of other processes known to Version and Watch
// within the given interval, until Close. Our own are known at once.
func (d *DB) WatchOthers(ctx context.Context, interval time.Duration) error {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	query := "PRAGMA data_version" // changes when another connection has committed
	if d.engine == Postgres {
		query = "SELECT txid_snapshot_xmax(txid_current_snapshot())"
	}
	conn, err := d.reader.Conn(ctx) // data_version compares with this connection's last look
	if err != nil {
		stop()
		return translate(err)
	}
	d.stop = stop
	d.watched.Go(func() {
		defer conn.Close() //nolint:errcheck // the pool is closed next
		tick := time.NewTicker(interval)
		defer tick.Stop()
		var last int64
		for {
			var now int64
			if err := conn.QueryRowContext(ctx, query).Scan(&now); err == nil && now != last {
				last = now
				d.committed()
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return nil
}
