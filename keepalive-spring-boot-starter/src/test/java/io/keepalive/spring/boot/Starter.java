package io.keepalive.spring.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.context.ApplicationContext;

/** The auto-configurations that the jar announces, so that no test forgets one. */
final class Starter {
    /** Reactor Netty waits for two seconds by itself when an application ends. */
    static final String QUICK_END = "spring.reactor.netty.shutdown-quiet-period=0s";

    private Starter() {}

    /** What the starter did for a client of the application. */
    static ClientState state(ApplicationContext context, String client) {
        return Objects.requireNonNull(
                context.getBean(KeepAliveClients.class).states().get(client), client);
    }

    static Class<?>[] configurations(Class<?>... ofSpringBoot) {
        return Stream.concat(Arrays.stream(ofSpringBoot), announced()).toArray(Class<?>[]::new);
    }

    private static Stream<Class<?>> announced() {
        String file = "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";
        // The class path has such files of Spring Boot, too.
        return Starter.class
                .getClassLoader()
                .resources(file)
                .flatMap(url -> {
                    try (InputStream in = url.openStream()) {
                        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                                .lines().toList().stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .filter(name -> name.startsWith("io.keepalive."))
                .map(Starter::load);
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError("announced, but missing: " + name, e);
        }
    }
}
