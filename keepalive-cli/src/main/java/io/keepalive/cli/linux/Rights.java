package io.keepalive.cli.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What decides whether this process may reach the descriptors of another one (man 2 ptrace, access mode checking).
 *
 * @param uid the effective user
 * @param canTrace whether it has CAP_SYS_PTRACE
 * @param isFiltered whether a seccomp filter is in force
 * @param yamaScope {@code kernel.yama.ptrace_scope}; 0 where there is no Yama
 * @param kernel its release, such as {@code 6.1.0-18-amd64}
 */
public record Rights(long uid, boolean canTrace, boolean isFiltered, int yamaScope, String kernel) {
    private static final int CAP_SYS_PTRACE = 19;
    private static final int SECCOMP_MODE_FILTER = 2;
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");

    /** Of this process. */
    public static Rights own() throws IOException {
        return of(
                Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8),
                text("/proc/sys/kernel/yama/ptrace_scope", "0"),
                text("/proc/sys/kernel/osrelease", ""));
    }

    /** From the lines of {@code /proc/PID/status} and the two settings. */
    static Rights of(List<String> status, String yamaScope, String kernel) {
        long uid = 0;
        long capabilities = 0;
        int seccomp = 0;
        for (String line : status) {
            String[] words = line.split("\\s+", -1);
            switch (words[0]) {
                case "Uid:" -> uid = Long.parseLong(words[2]);
                case "CapEff:" -> capabilities = Long.parseUnsignedLong(words[1], 16);
                case "Seccomp:" -> seccomp = Integer.parseInt(words[1]);
                default -> {
                    // of no interest
                }
            }
        }
        return new Rights(
                uid,
                (capabilities >>> CAP_SYS_PTRACE & 1) != 0,
                seccomp == SECCOMP_MODE_FILTER,
                Integer.parseInt(yamaScope),
                kernel);
    }

    /** Whether the kernel is of this version or newer; true if its release can't be read. */
    public boolean isKernelAtLeast(int major, int minor) {
        Matcher matcher = RELEASE.matcher(kernel);
        if (!matcher.matches()) {
            return true;
        }
        int ours = Integer.parseInt(matcher.group(1));
        return ours > major || (ours == major && Integer.parseInt(matcher.group(2)) >= minor);
    }

    private static String text(String file, String otherwise) {
        try {
            return ProcFiles.firstLine(Path.of(file));
        } catch (IOException e) {
            return otherwise;
        }
    }
}
