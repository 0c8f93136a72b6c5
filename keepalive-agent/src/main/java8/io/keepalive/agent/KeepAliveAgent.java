package io.keepalive.agent;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.util.function.BiFunction;

/**
 * The way in, for {@code -javaagent}, for attaching to a running JVM, and for {@code java -jar}.
 *
 * <p>Bytecode of Java 8: where {@code JAVA_TOOL_OPTIONS} names the agent, every JVM in a container loads this class, and
 * one that is too old prints a line and starts as if there were no agent. All else is in a class loader of its own, so
 * that the parts of the JDK that the agent opens are open to it alone.
 */
public final class KeepAliveAgent {
    private static final int OLDEST = 17;

    /** The agent that runs already, for a caller that attaches to a JVM that has one. */
    private static BiFunction<String, Instrumentation, String> running;

    private KeepAliveAgent() {}

    /** With the program. */
    public static void premain(String argument, Instrumentation instrumentation) {
        start("premain", argument, instrumentation);
    }

    /** Into a running program. */
    public static void agentmain(String argument, Instrumentation instrumentation) {
        start("agentmain", argument, instrumentation);
    }

    /** As a program, which attaches the agent to another one. */
    public static void main(String[] arguments) throws Exception {
        String unsupported = unsupported(System.getProperty("java.specification.version"));
        if (unsupported != null) {
            System.err.println(unsupported);
            System.exit(1);
        }
        // In this class loader: only it has com.sun.tools.attach.
        System.exit((Integer) Class.forName("io.keepalive.agent.AttachCommand")
                .getMethod("run", String[].class)
                .invoke(null, (Object) arguments));
    }

    private static synchronized void start(String phase, String argument, Instrumentation instrumentation) {
        try {
            String unsupported = unsupported(System.getProperty("java.specification.version"));
            if (unsupported != null) {
                System.err.println(unsupported);
                return;
            }
            if (running == null) {
                running = newAgent();
            }
            running.apply(phase + ' ' + (argument == null ? "" : argument), instrumentation);
        } catch (Throwable e) {
            boolean strict = phase.equals("premain") && isStrict(argument);
            System.err.println("keepalive-agent: not started, "
                    + (strict ? "nor is the program (strict): " : "the program runs without it: ") + e);
            if (strict) {
                System.exit(1);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static BiFunction<String, Instrumentation, String> newAgent() throws Exception {
        try {
            return (BiFunction<String, Instrumentation, String>) JarInMemory.ofThisClass()
                    .loadClass("io.keepalive.agent.Agent")
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (InvocationTargetException e) {
            throw (Exception) e.getCause();
        }
    }

    /** Whether the settings ask for it, as far as that can be known without the class that reads them. */
    private static boolean isStrict(String argument) {
        try {
            String text = argument;
            if (text == null || text.trim().isEmpty()) {
                text = System.getProperty("keepalive.agent");
            }
            if (text == null || text.trim().isEmpty()) {
                text = System.getenv("KEEPALIVE_AGENT");
            }
            return text != null && (";" + text.replaceAll("\\s", "") + ";").contains(";strict;");
        } catch (Throwable e) {
            return false;
        }
    }

    /** Returns what to say to a JVM that is too old; null if it is not. */
    static String unsupported(String specificationVersion) {
        int major;
        try {
            major = Integer.parseInt(
                    specificationVersion.startsWith("1.") ? specificationVersion.substring(2) : specificationVersion);
        } catch (NumberFormatException e) {
            major = OLDEST;
        }
        return major >= OLDEST
                ? null
                : "keepalive-agent: Java " + specificationVersion
                        + " (expected: 17 or newer); the program runs without it";
    }
}
