// SPDX-License-Identifier: Apache-2.0

package figure

import _ "embed"

//go:embed figure.css
var style string

// Style returns the style sheet of the pictures and tables of this package.
func Style() string { return style }
