// SPDX-License-Identifier: Apache-2.0

package figure

import _ "embed"

//go:embed figure.css
var style string

// Style returns the style sheet of the pictures and tables of this package.
func Style() string { return style }

// sealText is the message that says in words what a seal says.
func sealText(sealed bool) string {
	if sealed {
		return "desk.components_sealed"
	}
	return "desk.components_waiting"
}
