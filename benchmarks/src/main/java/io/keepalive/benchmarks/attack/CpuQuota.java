package io.keepalive.benchmarks.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A control group that limits the processor time of a process, in version 1 or 2 of the kernel's interface. */
final class CpuQuota implements AutoCloseable {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");
    private static final int PERIOD_MICROS = 100_000;

    private final Path group;
    private final boolean isFirst;

    private CpuQuota(Path group, boolean isFirst) {
        this.group = group;
        this.isFirst = isFirst;
    }

    /** Empty where none can be made. */
    static Optional<CpuQuota> make() {
        Path first = MOUNT.resolve("cpu");
        boolean isFirst = Files.isDirectory(first);
        Path parent = isFirst ? first : MOUNT;
        try {
            if (!isFirst) {
                Files.writeString(parent.resolve("cgroup.subtree_control"), "+cpu");
            }
            Path group = Files.createDirectory(
                    parent.resolve("keepalive-" + ProcessHandle.current().pid()));
            return Optional.of(new CpuQuota(group, isFirst));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void add(long pid) throws IOException {
        write(group.resolve("cgroup.procs"), Long.toString(pid));
    }

    /** In per cent of one processor. */
    void limit(int percent) throws IOException {
        int quotaMicros = PERIOD_MICROS / 100 * percent;
        if (isFirst) {
            write(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
            write(group.resolve("cpu.cfs_quota_us"), Integer.toString(quotaMicros));
        } else {
            write(group.resolve("cpu.max"), quotaMicros + " " + PERIOD_MICROS);
        }
    }

    private static void write(Path file, String value) throws IOException {
        Files.writeString(file, value);
    }

    /** Moves what is left back to where the group was made; a group with processes can't be removed. */
    @Override
    public void close() throws IOException {
        for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
            write(group.resolveSibling("cgroup.procs"), pid);
        }
        Files.delete(group);
    }
}
