package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cahier/kernel/client"
	"cahier/kernel/wire"
)

// TestKernelProcess does what a front end does first, with and without
// encryption.
func TestKernelProcess(t *testing.T) {
	for _, encrypt := range []bool{false, true} {
		t.Run(fmt.Sprint("encrypted ", encrypt), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			k, err := client.Start(ctx, client.Spec{
				Argv: []string{self(t), "kernel", "-f", "{connection_file}"}, InterruptMode: "message", Encrypt: encrypt,
			}, client.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer k.Close()
			info := k.Info()
			if info.Implementation != "cahier" || info.ProtocolVersion != wire.Version || info.LanguageInfo.Name != "go" || info.ImplementationVersion == "" {
				t.Errorf("kernel_info %+v", info)
			}
			if err := k.Ping(ctx); err != nil {
				t.Error(err)
			}
			var shown string
			reply, err := k.Execute(ctx, "6 * 7", client.ExecuteOptions{Output: func(m *wire.Message) {
				if r, ok := m.Content.(*wire.ExecuteResult); ok {
					shown, _ = r.Data["text/plain"].(string)
				}
			}})
			if err != nil || reply.Status != wire.StatusOk || shown != "42" {
				t.Errorf("%v, %+v, %q", err, reply, shown)
			}
			if err := k.Shutdown(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// BenchmarkKernelStart measures from the start of the kernel's process to
// kernel_info_reply and the first message on iopub.
func BenchmarkKernelStart(b *testing.B) {
	program, err := program()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		k, err := client.Start(b.Context(), client.Spec{
			Argv: []string{program, "kernel", "-f", "{connection_file}"}, InterruptMode: "message",
		}, client.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := k.Shutdown(b.Context()); err != nil {
			b.Error(err)
		}
		b.StartTimer()
	}
}
