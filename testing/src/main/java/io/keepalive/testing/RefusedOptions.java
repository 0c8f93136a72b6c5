package io.keepalive.testing;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the kernel refuse socket options, as a sandbox or a kernel without them does, whoever makes the system call: the JDK, a native
 * transport, {@code java.lang.foreign}. A seccomp filter does it, for the calling thread and for threads that it starts from
 * then on. A filter stays until its thread ends.
 */
public final class RefusedOptions {
    // linux/filter.h
    private static final short LOAD_WORD = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;
    private static final int INSTRUCTION_BYTES = 8;
    // linux/seccomp.h
    private static final int ALLOW = 0x7fff0000;
    private static final int ERRNO = 0x00050000;
    // offsets in struct seccomp_data of a little-endian machine
    private static final int CALL = 0;
    private static final int LEVEL = 24;
    private static final int OPTION = 32;
    // linux/prctl.h
    private static final int PR_SET_SECCOMP = 22;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_MODE_FILTER = 2;

    private static final Map<String, Numbers> NUMBERS =
            Map.of("amd64", new Numbers(54, 55), "aarch64", new Numbers(208, 209));

    private RefusedOptions() {}

    /** The numbers of setsockopt and getsockopt. */
    private record Numbers(int set, int get) {
        int of(Call call) {
            return call == Call.SET ? set : get;
        }
    }

    /** An error, with its number on Linux. */
    public enum Errno {
        EPERM(1),
        EINVAL(22),
        ENOSYS(38),
        ENOPROTOOPT(92),
        EOPNOTSUPP(95);

        private final int number;

        Errno(int number) {
            this.number = number;
        }
    }

    /** A system call. */
    public enum Call {
        SET,
        GET;

        /** The calls that fail in a trial: one of them, or both. */
        public static List<Set<Call>> choices() {
            return List.of(EnumSet.of(SET), EnumSet.of(GET), EnumSet.of(SET, GET));
        }
    }

    /** An option, with its level and number on Linux. */
    public enum Option {
        SO_KEEPALIVE(1, 9),
        TCP_KEEPIDLE(6, 4),
        TCP_KEEPINTVL(6, 5),
        TCP_KEEPCNT(6, 6),
        TCP_USER_TIMEOUT(6, 18),
        TCP_NODELAY(6, 1);

        private final int level;
        private final int number;

        Option(int level, int number) {
            this.level = level;
            this.number = number;
        }

        /** The options of a keepalive policy. */
        public static Set<Option> ofPolicy() {
            return EnumSet.range(SO_KEEPALIVE, TCP_USER_TIMEOUT);
        }

        /** Every single option of a policy, and every two. */
        public static List<Set<Option>> oneOrTwo() {
            List<Set<Option>> choices = new ArrayList<>();
            for (Option first : ofPolicy()) {
                for (Option second : ofPolicy()) {
                    if (first.compareTo(second) <= 0) {
                        choices.add(EnumSet.of(first, second));
                    }
                }
            }
            return choices;
        }
    }

    /** A part of a test. */
    public interface Step {
        void run() throws Exception;
    }

    /** Whether this machine can; says so if it can't. */
    public static boolean isPossible() {
        boolean possible =
                System.getProperty("os.name").equals("Linux") && NUMBERS.containsKey(System.getProperty("os.arch"));
        if (!possible) {
            System.err.println("SKIPPED: no seccomp filter for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch"));
        }
        return possible;
    }

    /** Runs the step in a thread of its own from which the options are refused. */
    public static void during(Set<Call> calls, Set<Option> options, Errno errno, Step step) throws Exception {
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(() -> {
            try {
                refuse(calls, options, errno);
                step.run();
            } catch (Throwable e) {
                failure[0] = e;
            }
        });
        thread.start();
        thread.join();
        if (failure[0] != null) {
            throw new AssertionError(errno + " " + calls + " of " + options, failure[0]);
        }
    }

    /** From now on, for this thread and for those that it starts. */
    public static void refuse(Set<Call> calls, Set<Option> options, Errno errno) {
        Numbers numbers = Objects.requireNonNull(NUMBERS.get(System.getProperty("os.arch")));
        int length = 7 * calls.size() * options.size() + 1;
        Memory filter = new Memory((long) length * INSTRUCTION_BYTES);
        int next = 0;
        for (Call call : calls) {
            for (Option option : options) {
                next = put(filter, next, LOAD_WORD, 0, CALL);
                next = put(filter, next, JUMP_IF_EQUAL, 5, numbers.of(call));
                next = put(filter, next, LOAD_WORD, 0, LEVEL);
                next = put(filter, next, JUMP_IF_EQUAL, 3, option.level);
                next = put(filter, next, LOAD_WORD, 0, OPTION);
                next = put(filter, next, JUMP_IF_EQUAL, 1, option.number);
                next = put(filter, next, RETURN, 0, ERRNO | errno.number);
            }
        }
        put(filter, next, RETURN, 0, ALLOW);
        Memory program = new Memory(16); // struct sock_fprog
        program.clear();
        program.setShort(0, (short) length);
        program.setPointer(8, filter);
        prctl(PR_SET_NO_NEW_PRIVS, 1, null);
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program);
    }

    /** An instruction, with how many to skip if it compares and finds another value. */
    private static int put(Memory filter, int index, short code, int skippedOtherwise, int value) {
        long offset = (long) index * INSTRUCTION_BYTES;
        filter.setShort(offset, code);
        filter.setByte(offset + 2, (byte) 0);
        filter.setByte(offset + 3, (byte) skippedOtherwise);
        filter.setInt(offset + 4, value);
        return index + 1;
    }

    private static void prctl(int option, long value, @Nullable Pointer more) {
        int result = Function.getFunction("c", "prctl").invokeInt(new Object[] {option, value, more, 0L, 0L});
        if (result != 0) {
            throw new IllegalStateException("prctl " + option + " failed; is seccomp switched off in this kernel?");
        }
    }
}
