// SPDX-License-Identifier: Apache-2.0

// Command qiao keeps the books of an emergency donation effort and shows them.
package main

import (
	"context"
	"os"

	"github.com/qiaorelief/qiao/internal/app"
)

func main() { os.Exit(app.Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
