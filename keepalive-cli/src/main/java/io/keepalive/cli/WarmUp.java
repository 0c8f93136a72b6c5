package io.keepalive.cli;

import io.keepalive.cli.linux.SystemCallAccess;

/** Links the system calls while the command line is parsed: each takes about a tenth of a second, on a thread of its own. */
final class WarmUp {
    private WarmUp() {}

    static void start() {
        // A failure is found again, and reported, by the command itself.
        Thread thread = new Thread(SystemCallAccess::find, "warm-up");
        thread.setDaemon(true);
        thread.start();
    }
}
