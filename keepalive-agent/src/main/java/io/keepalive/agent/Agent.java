package io.keepalive.agent;

import io.keepalive.agent.SettingsText.Source;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The agent in this JVM: takes orders, from the command line at the start and from later attach calls. One at most.
 */
public final class Agent implements BiFunction<String, Instrumentation, String>, KeepAliveAgentMXBean {
    /** The property with the answer that {@link AttachCommand} reads: one of those that a JVM shows to an attached process. */
    static final String ANSWER = "io.keepalive.agent.answer";

    /** Set there from when the agent is in the JVM. */
    static final String PRESENT = "io.keepalive.agent.present";

    static final String REPORT = "report";
    static final String DETACH = "detach";

    private @Nullable Settings settings;
    private volatile Output output = new Output(null, false);
    private final Tally tally = new Tally(text -> output.say(text), text -> output.warn(text));
    private final Losses losses = new Losses(text -> output.say(text));
    private @Nullable Keeper keeper;
    private @Nullable Hooks hooks;
    private boolean opened;
    private boolean hasExitReport;

    /** Called by name, from {@code KeepAliveAgent}. */
    public Agent() {}

    /**
     * Does what was ordered.
     *
     * @param order {@code premain} or {@code agentmain}, a space, and the argument
     * @return what to tell
     */
    @Override
    public synchronized String apply(String order, Instrumentation instrumentation) {
        int space = order.indexOf(' ');
        String argument = order.substring(space + 1).trim();
        return order.startsWith("premain") ? start(argument, instrumentation) : attached(argument, instrumentation);
    }

    private String start(String argument, Instrumentation instrumentation) {
        Source source = source(argument);
        try {
            return run(SettingsText.parse(source), instrumentation);
        } catch (Throwable e) {
            if (source.isStrict()) {
                output.warn(message(e) + " (strict: the program is not started)");
                System.exit(1);
            }
            String text = message(e) + "; the program runs without the agent";
            output.warn(text);
            return text;
        }
    }

    private String attached(String argument, Instrumentation instrumentation) {
        answer("error: this call did not come to its end", instrumentation);
        String answer;
        try {
            if (argument.equals(REPORT)) {
                answer = getReport();
            } else if (argument.equals(DETACH)) {
                answer = detach();
            } else if (argument.isEmpty() && hooks != null) {
                answer = "is there already: " + settings + "\n" + keepOpen();
            } else {
                answer = run(SettingsText.parse(source(argument)), instrumentation) + "\n" + keepOpen();
            }
        } catch (Throwable e) {
            answer = "error: " + message(e);
        }
        answer(answer, instrumentation);
        return answer;
    }

    private static Source source(String argument) {
        return SettingsText.source(argument, System::getProperty, System::getenv);
    }

    private static String message(Throwable e) {
        return e instanceof IllegalArgumentException && e.getMessage() != null ? e.getMessage() : e.toString();
    }

    private String run(Settings wanted, Instrumentation instrumentation)
            throws IOException, ReflectiveOperationException {
        Output before = output;
        output = new Output(wanted.log(), wanted.quiet());
        if (Boolean.getBoolean("keepalive.disabled")) {
            String text = "does nothing: -Dkeepalive.disabled=true";
            output.say(text);
            return text;
        }
        try {
            open(instrumentation);
            if (keeper != null && hooks != null) {
                keeper.settings(wanted);
            } else {
                Hooks installing = new Hooks(instrumentation, text -> output.warn(text));
                Keeper listening = new Keeper(
                        wanted, installing.define(), tally, losses, installing::missedNothing, this::registerBean);
                installing.install(listening);
                hooks = installing;
                keeper = listening;
            }
        } catch (Throwable e) {
            output = before; // what is not installed has changed nothing
            throw e;
        }
        settings = wanted;
        reportAtExit();
        present(instrumentation);
        String text = "keeps TCP connections with " + wanted;
        output.say(text);
        return text;
    }

    private void open(Instrumentation instrumentation) {
        if (!opened) {
            Hooks.open(instrumentation);
            opened = true;
        }
    }

    private String keepOpen() {
        if (keeper == null) {
            return "";
        }
        try {
            return keeper.keepOpen() + " connections were open already, see the report";
        } catch (IOException e) {
            return "new connections only: " + e.getMessage();
        }
    }

    private String detach() {
        if (hooks == null) {
            return "the agent is not here";
        }
        hooks.remove();
        hooks = null;
        String text = "detached; connections stay as they are";
        try {
            Objects.requireNonNull(keeper).release();
        } catch (IOException e) {
            text += "; so do listeners, and what they accept: " + e.getMessage();
        }
        keeper = null;
        output.say(text);
        return text;
    }

    private void answer(String text, Instrumentation instrumentation) {
        if (!tellThoseWhoAttach(ANSWER, text, instrumentation)) {
            output.warn(text);
        }
    }

    /** Set so that a request for the report alone does not load the agent into a JVM that lacks it. */
    private void present(Instrumentation instrumentation) {
        tellThoseWhoAttach(PRESENT, "true", instrumentation);
    }

    private boolean tellThoseWhoAttach(String key, String value, Instrumentation instrumentation) {
        try {
            open(instrumentation);
            Method properties = Class.forName("jdk.internal.vm.VMSupport").getMethod("getAgentProperties");
            ((Properties) properties.invoke(null)).setProperty(key, value);
            return true;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return false;
        }
    }

    private void reportAtExit() {
        if (!hasExitReport) {
            hasExitReport = true;
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                if (!tally.isEmpty()) {
                                    output.say(getReport());
                                }
                            },
                            "keepalive-agent-report"));
        }
    }

    private void registerBean() {
        JmxBean.register(this);
    }

    @Override
    public String getSettings() {
        return settings == null ? "none" : settings.toString();
    }

    @Override
    public Map<String, Long> getConnections() {
        return tally.byKind();
    }

    @Override
    public Map<String, Long> getLaterCalls() {
        return tally.laterCalls();
    }

    @Override
    public Map<String, Long> getLosses() {
        return losses.losses();
    }

    @Override
    public Map<String, Long> getEnds() {
        return losses.ends();
    }

    @Override
    public Map<String, Long> getFailures() {
        return tally.failures();
    }

    @Override
    public Map<String, String> getUnhooked() {
        Hooks installed = hooks;
        return installed == null ? Map.of() : installed.failures();
    }

    @Override
    public String getReport() {
        Settings current = settings;
        if (current == null) {
            return "the agent is not here";
        }
        List<String> lines = new ArrayList<>();
        lines.add("report: " + (hooks == null ? "detached; " : "") + current);
        tally.lines().forEach(line -> lines.add("  " + line));
        losses.lines().forEach(line -> lines.add("  " + line));
        getUnhooked().forEach((name, reason) -> lines.add("  not kept are connections of " + name + ": " + reason));
        return String.join("\n", lines);
    }
}
