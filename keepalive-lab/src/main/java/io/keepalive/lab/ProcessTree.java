package io.keepalive.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processes behind a started command: nsenter, the shell of {@link Command}, the program, and what that has
 * started. Signals go to the last two only; the others end by themselves.
 */
final class ProcessTree {
    private final Process nsenter;

    ProcessTree(Process nsenter) {
        this.nsenter = nsenter;
    }

    Optional<ProcessHandle> program() {
        return nsenter.children().findFirst().flatMap(shell -> shell.children().findFirst());
    }

    /** Waits until the program has been started; empty if it has ended already. */
    Optional<ProcessHandle> await(Duration limit) throws InterruptedException {
        Deadline.in(limit).poll(() -> program().isPresent() || !nsenter.isAlive());
        return program();
    }

    void signal(String name) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill \"$@\"", "sh", "-" + name));
        targets().map(target -> Long.toString(target.pid())).forEach(command::add);
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new LabException("can't run " + String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw LabException.interrupted("sending " + name, e);
        }
    }

    void kill() {
        if (program().isPresent()) {
            targets().forEach(ProcessHandle::destroyForcibly);
        } else {
            nsenter.destroyForcibly();
        }
    }

    /** Parents first, so that a stopped or killed program doesn't react to what happens to its children. */
    private Stream<ProcessHandle> targets() {
        return program().stream().flatMap(program -> Stream.concat(Stream.of(program), program.descendants()));
    }

    /** proc(5): the state is the first field behind the name, which is in parentheses and may hold any character. */
    static boolean isStopped(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            return false;
        }
    }
}
