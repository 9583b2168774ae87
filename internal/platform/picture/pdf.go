// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"bytes"
	"io"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// checkPDF looks at both ends of a PDF: the version at its head, and the mark and
// the table's place at its end, which a file that was cut off has not.
func checkPDF(f File, head []byte) error {
	const (
		header = "%PDF-1.7"
		tail   = 2048
	)
	broken := errs.New(errs.Unsupported, "picture.pdf_broken")
	if len(head) < len(header) || (head[5] != '1' && head[5] != '2') || head[6] != '.' || head[7] < '0' || head[7] > '9' {
		return broken
	}
	if _, err := f.Content.Seek(max(0, f.Size-tail), io.SeekStart); err != nil {
		return err
	}
	end, err := io.ReadAll(io.LimitReader(f.Content, tail))
	if err != nil {
		return err
	}
	mark := bytes.LastIndex(end, []byte("%%EOF"))
	if mark < 0 || mark < len(end)-1024 || !bytes.Contains(end[:mark], []byte("startxref")) {
		return broken
	}
	return nil
}
