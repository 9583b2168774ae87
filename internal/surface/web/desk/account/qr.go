// SPDX-License-Identifier: Apache-2.0

package account

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// qrPicture is a QR code (ISO/IEC 18004) as an SVG path of unit squares.
type qrPicture struct {
	Box  string // viewBox with a quiet zone of four modules
	Path string
}

// draw makes the picture of a text.
func draw(text string) (qrPicture, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return qrPicture{}, fmt.Errorf("draw QR code: %w", err)
	}
	const quiet = 4
	bounds := code.Bounds()
	var path strings.Builder
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if color.GrayModel.Convert(code.At(x, y)) == (color.Gray{}) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	size := strconv.Itoa(bounds.Dx() + 2*quiet)
	return qrPicture{Box: fmt.Sprintf("%d %d %s %s", -quiet, -quiet, size, size), Path: path.String()}, nil
}
