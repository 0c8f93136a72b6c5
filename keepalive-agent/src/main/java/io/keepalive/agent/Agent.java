package io.keepalive.agent;

import io.keepalive.DescriptorSocket;
import io.keepalive.KeepAlive;
import io.keepalive.Precedence;
import java.io.FileDescriptor;
import java.lang.instrument.Instrumentation;
import java.util.function.BiFunction;

public final class Agent implements BiFunction<String, Instrumentation, String> {
    public Agent() {}

    @Override
    public String apply(String order, Instrumentation instrumentation) {
        try {
            KeepAlive policy = order.endsWith(" ") ? KeepAlive.defaults() : KeepAlive.parse(order.substring(order.indexOf(' ') + 1));
            new Hooks(instrumentation).install((event, about) -> {
                if (!event.equals("set")) {
                    System.err.println(event + " " + new DescriptorSocket((FileDescriptor) about[0], about[1].toString()).apply(policy, Precedence.TIGHTEN));
                }
                return false;
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return "";
    }
}
