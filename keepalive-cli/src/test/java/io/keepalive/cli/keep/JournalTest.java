package io.keepalive.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.cli.keep.Journal.Entry;
import io.keepalive.cli.keep.KeepResult.Outcome;
import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.linux.TcpTimer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final SocketOptions FIRST = new SocketOptions(false, 7200, 75, 9, 0);
    private static final SocketOptions SECOND = new SocketOptions(true, 120, 30, 8, 0);
    private static final SocketOptions THIRD = new SocketOptions(true, 30, 5, 6, 55_000);

    @TempDir
    private Path folder;

    @Test
    void load_socketKeptTwice_remembersWhatItHeldFirst() throws IOException {
        Journal journal = journal();
        journal.add(List.of(kept(1, FIRST, SECOND), kept(2, FIRST, SECOND)));
        journal.add(List.of(kept(1, SECOND, THIRD)));

        assertThat(journal.load())
                .containsExactly(
                        Map.entry(new Entry.Key(5, 1), new Entry(5, 1, FIRST, THIRD)),
                        Map.entry(new Entry.Key(5, 2), new Entry(5, 2, FIRST, SECOND)));
    }

    @Test
    void retain_closedSockets_areForgotten() throws IOException {
        Journal journal = journal();
        journal.add(List.of(kept(1, FIRST, SECOND), kept(2, FIRST, SECOND)));

        journal.retain(entry -> entry.id() == 2);

        assertThat(journal.load()).containsOnlyKeys(new Entry.Key(5, 2));
    }

    @Test
    void add_dryRun_writesNothing() throws IOException {
        Journal journal = journal();

        journal.add(List.of(result(1, Outcome.WOULD_BE_KEPT, FIRST, SECOND)));

        assertThat(journal.file()).doesNotExist();
        assertThat(journal.load()).isEmpty();
    }

    @Test
    void load_damagedFile_namesTheLine() throws IOException {
        Journal journal = journal();
        Files.createDirectories(folder.resolve("below"));
        Files.writeString(journal.file(), "no json\n");

        assertThatThrownBy(journal::load).isInstanceOf(IOException.class).hasMessageContaining("no json");
    }

    private Journal journal() {
        return new Journal(folder.resolve("below/kept.jsonl"));
    }

    private static KeepResult kept(long cookie, SocketOptions before, SocketOptions after) {
        return result(cookie, Outcome.KEPT, before, after);
    }

    private static KeepResult result(long cookie, Outcome outcome, SocketOptions before, SocketOptions after) {
        IpEndpoint end = IpEndpoint.ofIpv4(1, 1);
        TcpSocket socket = new TcpSocket(
                TcpState.ESTABLISHED, end, end, 0, cookie, TcpTimer.OFF, 0, 0, 0, 0, 0, cookie, false, null);
        Target target = new Target(
                new NetworkNamespace(5, Path.of("/proc/1/ns/net")), SystemSettings.KERNEL_DEFAULTS, socket, null);
        return new KeepResult(target, outcome, before, after, Map.of(), null);
    }
}
