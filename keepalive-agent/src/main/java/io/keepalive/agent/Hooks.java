package io.keepalive.agent;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;
import java.security.ProtectionDomain;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@linkplain Target targets} tell what they do, and takes it back. A class that can't be edited stays as it
 * is and is noted; the others still work.
 */
final class Hooks implements ClassFileTransformer {
    /** Kept for ever: classes can't be undefined, so a second start finds what the first one defined. */
    private static @Nullable VarHandle ear;

    private static @Nullable Connections table;

    /** Shown by every edit to the class inside java.base, which is public: only edited classes know it. */
    static final long KEY = secret();

    private final Instrumentation instrumentation;
    private final Map<String, String> failures = new ConcurrentHashMap<>();

    private final Consumer<String> warning;
    private volatile boolean wasFirst;

    /** Not by {@code SecureRandom} where there is another way: its providers would cost each start some milliseconds. */
    private static long secret() {
        try (InputStream random = new FileInputStream("/dev/urandom")) {
            return ByteBuffer.wrap(random.readNBytes(Long.BYTES)).getLong();
        } catch (IOException | RuntimeException e) {
            return new SecureRandom().nextLong();
        }
    }

    /**
     * Makes one.
     *
     * @param warning receives the name of each class whose connections will not be kept
     */
    Hooks(Instrumentation instrumentation, Consumer<String> warning) {
        this.instrumentation = instrumentation;
        this.warning = warning;
    }

    /**
     * Opens what the agent needs, to it alone: {@code java.net} and {@code sun.nio.ch}, where it defines a class each and
     * reads and sets options, and the place where a JVM keeps what agents show to an attached process.
     */
    static void open(Instrumentation instrumentation) {
        Set<Module> us = Set.of(Hooks.class.getModule());
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of(),
                Map.of("java.net", us, "sun.nio.ch", us, "jdk.internal.vm", us),
                Set.of(),
                Map.of());
    }

    /** Defines the classes inside java.base, unless an earlier start has; returns the table that is there. */
    Connections define() throws IOException, ReflectiveOperationException {
        if (ear == null) {
            Class<?> hook = define(java.net.Socket.class, "java/net/KeepAliveHook");
            Class<?> neighbour = Class.forName("sun.nio.ch.Net", false, null);
            define(neighbour, "sun/nio/ch/KeepAliveConnection");
            table = table(define(neighbour, "sun/nio/ch/KeepAliveTable"));
            Class<?> net = define(neighbour, "sun/nio/ch/KeepAliveNet");
            for (Class<?> each : List.of(hook, net)) {
                MethodHandles.privateLookupIn(each, MethodHandles.lookup())
                        .findStaticVarHandle(each, "key", long.class)
                        .setVolatile(KEY);
            }
            ear = MethodHandles.privateLookupIn(hook, MethodHandles.lookup())
                    .findStaticVarHandle(hook, "agent", BiPredicate.class);
        }
        return Objects.requireNonNull(table);
    }

    /** From now on all targets notify the listener. */
    void install(BiPredicate<String, Object[]> listener) {
        VarHandle ear = Objects.requireNonNull(Hooks.ear);
        ear.setVolatile(listener);
        try {
            edit();
        } catch (Throwable e) {
            instrumentation.removeTransformer(this);
            ear.setVolatile((BiPredicate<String, Object[]>) null);
            throw e;
        }
    }

    private void edit() {
        // Loaded now: if it were the first class that the transformer is shown, it would be asked for while it is
        // loaded.
        Target.of(null, "");
        instrumentation.addTransformer(this, true);
        // What is loaded later is edited then.
        List<Class<?>> loaded = loadedTargets();
        wasFirst = loaded.stream().noneMatch(each -> each.getName().startsWith("sun.nio.ch."));
        retransform(loaded);
    }

    /** Whether every option that the program ever set on a socket of the JDK was reported to the listener. */
    boolean missedNothing() {
        return wasFirst && failures.isEmpty();
    }

    private List<Class<?>> loadedTargets() {
        List<Class<?>> targets = new ArrayList<>();
        for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
            if (Target.of(loaded.getClassLoader(), loaded.getName().replace('.', '/')) != null) {
                targets.add(loaded);
            }
        }
        return targets;
    }

    /** Restores all classes. */
    void remove() {
        instrumentation.removeTransformer(this);
        retransform(loadedTargets());
        Objects.requireNonNull(ear).setVolatile((BiPredicate<String, Object[]>) null);
        Objects.requireNonNull(table).clear();
    }

    /** All at once, since each call stops the program for a moment; one by one if something is wrong. */
    private void retransform(List<Class<?>> classes) {
        try {
            if (!classes.isEmpty()) {
                instrumentation.retransformClasses(classes.toArray(Class<?>[]::new));
            }
        } catch (UnmodifiableClassException | RuntimeException | LinkageError e) {
            for (Class<?> each : classes) {
                retransform(each);
            }
        }
    }

    private void retransform(Class<?> each) {
        try {
            instrumentation.retransformClasses(each);
        } catch (UnmodifiableClassException | RuntimeException | LinkageError e) {
            fail(each.getName().replace('.', '/'), e);
        }
    }

    /** The classes of which connections are not kept, and why. */
    Map<String, String> failures() {
        return new TreeMap<>(failures);
    }

    @SuppressWarnings("unchecked")
    private static Connections table(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object made = constructor.newInstance();
        return new Connections(
                (BiConsumer<@Nullable Object, @Nullable Object>) made, (Function<Object, @Nullable Object>) made);
    }

    private static Class<?> define(Class<?> neighbour, String name) throws IOException, IllegalAccessException {
        try (InputStream input =
                Objects.requireNonNull(Hooks.class.getResourceAsStream("base/" + name + ".class"), name)) {
            return MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup())
                    .defineClass(input.readAllBytes());
        }
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String className,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] original) {
        if (className == null) {
            return null;
        }
        Target target = Target.of(loader, className);
        if (target == null) {
            return null;
        }
        try {
            byte[] edited = Weaver.weave(original, target);
            failures.remove(className);
            return edited;
        } catch (RuntimeException | LinkageError e) {
            // Of a shape or a class file version that is not known.
            fail(className, e);
            return null;
        }
    }

    private void fail(String className, Throwable e) {
        String message = e.getMessage();
        String reason = e instanceof IllegalStateException && message != null ? message : e.toString();
        if (!reason.equals(failures.put(className, reason))) {
            warning.accept("connections of " + className + " are not kept: " + reason);
        }
    }
}
