package trust

import "syscall"

func mountSmall(folder string) error {
	return syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64k")
}

func unmount(folder string) error { return syscall.Unmount(folder, 0) }
