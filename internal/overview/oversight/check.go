// SPDX-License-Identifier: Apache-2.0

// Package oversight proves the books as a whole: the ledger against itself, the
// journal against its leaves, kept files against their names and against the
// attachments that name them.
//
// # What it must do for its user
//
// An inspector, or a coordinator after a power cut, asks whether the books are
// right and gets every fault in plain words, or the count of what was proved.
//
// # Tables
//
// None of its own: the books check themselves and this package puts it together.
//
// # Events
//
// None: it only reads, from snapshots, while others go on writing.
package oversight

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
)

// Blobs are the files that were kept, each under the hex SHA-256 of its content.
type Blobs interface {
	Walk(ctx context.Context, visit func(name string, content io.Reader) error) error
}

// Finding is one thing that is wrong. Its text is the message Key with Args.
type Finding struct {
	Code    string         // stable machine name: ledger.balance, journal.gap, blob.changed
	Subject string         // what it is about, usually an id
	Key     string         // message key
	Args    map[string]any // arguments of the message
}

// Summary says how much was compared and how much is wrong.
type Summary struct {
	Ledger   ledger.Checked
	Journal  journal.Checked
	Blobs    int64
	Findings int64
}

// Check proves the books and reports every fault, one at a time. Ledger and
// journal are read at the same time, each from a snapshot. blobs may be nil. An error
// means that the check could not be finished, not that the books are wrong.
func Check(ctx context.Context, d *db.DB, blobs Blobs, report func(Finding)) (Summary, error) {
	var s Summary
	var reporting sync.Mutex
	count := func(chapter, code, subject string, args map[string]any) {
		reporting.Lock()
		defer reporting.Unlock()
		s.Findings++
		report(Finding{Code: chapter + "." + code, Subject: subject, Key: "check." + chapter + "_" + code, Args: args})
	}
	err := together(
		func() error {
			return d.View(ctx, func(ctx context.Context, v *db.View) (err error) {
				if s.Ledger, err = ledger.Check(ctx, v, func(f ledger.Fault) { count("ledger", f.Code, f.Subject, f.Args) }); err != nil {
					return fmt.Errorf("ledger: %w", err)
				}
				return nil
			})
		},
		func() error {
			return d.View(ctx, func(ctx context.Context, v *db.View) (err error) {
				if s.Journal, err = journal.Check(ctx, v, func(f journal.Fault) { count("journal", f.Code, f.Subject, f.Args) }); err != nil {
					return fmt.Errorf("journal: %w", err)
				}
				return nil
			})
		},
	)
	if err != nil || blobs == nil {
		return s, err
	}
	s.Blobs, err = checkFiles(ctx, d, blobs, count)
	if err != nil {
		return s, fmt.Errorf("files: %w", err)
	}
	return s, nil
}

// checkFiles compares every file with its name, and whatever names a file with
// the files. Who names them is read first: a file is there before its row.
func checkFiles(ctx context.Context, d *db.DB, blobs Blobs, count func(chapter, code, subject string, args map[string]any)) (files int64, err error) {
	var named []attachment.File
	err = d.View(ctx, func(ctx context.Context, v *db.View) error {
		return attachment.Files(ctx, v, func(f attachment.File) error { named = append(named, f); return nil })
	})
	if err != nil {
		return 0, fmt.Errorf("attachments: %w", err)
	}
	sizes := map[string]int64{}
	err = blobs.Walk(ctx, func(name string, content io.Reader) error {
		files++
		digest := sha256.New()
		size, err := io.Copy(digest, content)
		if err != nil {
			return fmt.Errorf("file %s: %w", name, err)
		}
		sizes[name] = size
		if !strings.EqualFold(name, hex.EncodeToString(digest.Sum(nil))) {
			count("blob", "changed", name, map[string]any{"name": name})
		}
		return nil
	})
	if err != nil {
		return files, err
	}
	for _, f := range named {
		args := map[string]any{"name": f.SHA256, "attachment": f.Attachment.String()}
		switch size, there := sizes[f.SHA256]; {
		case !there:
			count("attachment", "missing", f.Attachment.String(), args)
		case f.Size != 0 && f.Size != size:
			args["size"], args["expected"] = size, f.Size
			count("attachment", "size", f.Attachment.String(), args)
		}
	}
	return files, nil
}

// together runs the parts at the same time and returns what went wrong in any.
func together(parts ...func() error) error {
	failed := make([]error, len(parts))
	var all sync.WaitGroup
	for i, part := range parts {
		all.Go(func() { failed[i] = part() })
	}
	all.Wait()
	return errors.Join(failed...)
}
