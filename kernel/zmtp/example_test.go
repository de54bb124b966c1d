package zmtp_test

import (
	"context"
	"fmt"
	"time"

	"cahier/kernel/zmtp"
)

// A kernel's shell channel and a client, encrypted as a Jupyter connection file
// with curve_publickey and curve_secretkey asks for.
func Example() {
	keys, err := zmtp.NewKeyPair()
	if err != nil {
		panic(err)
	}
	shell, err := zmtp.ListenRouter("tcp://127.0.0.1:0", zmtp.Options{Curve: &keys})
	if err != nil {
		panic(err)
	}
	defer shell.Close(time.Second)
	go func() {
		for {
			m, err := shell.Recv(context.Background())
			if err != nil {
				return // closed
			}
			shell.Send(m.Identity, [][]byte{[]byte("you said"), m.Frames[0]})
		}
	}()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	client, err := zmtp.DialDealer(ctx, shell.Addr(), zmtp.DialOptions{
		Identity: []byte("console"),
		Curve:    &zmtp.CurveClient{Server: keys.Public, Keys: &keys},
	})
	if err != nil {
		panic(err)
	}
	defer client.Close(time.Second)
	if err := client.Send([][]byte{[]byte("hello")}); err != nil {
		panic(err)
	}
	answer, err := client.Recv(ctx)
	fmt.Printf("%s %v\n", answer, err)
	// Output: [you said hello] <nil>
}
