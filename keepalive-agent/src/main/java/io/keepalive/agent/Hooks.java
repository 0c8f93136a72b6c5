package io.keepalive.agent;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

final class Hooks implements ClassFileTransformer {
    private final Instrumentation instrumentation;

    Hooks(Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
    }

    void install(BiPredicate<String, Object[]> listener) throws Exception {
        Module base = Object.class.getModule();
        Set<Module> us = Set.of(Hooks.class.getModule());
        instrumentation.redefineModule(
                base, Set.of(), Map.of(), Map.of("java.net", us, "sun.nio.ch", us), Set.of(), Map.of());
        Class<?> hook = define(java.net.Socket.class, "java/net/KeepAliveHook");
        VarHandle agent = MethodHandles.privateLookupIn(hook, MethodHandles.lookup())
                .findStaticVarHandle(hook, "agent", BiPredicate.class);
        agent.setVolatile(listener);
        define(Class.forName("sun.nio.ch.Net"), "sun/nio/ch/KeepAliveNet");
        instrumentation.addTransformer(this, true);
        List<Class<?>> loaded = new ArrayList<>();
        for (String name : Redirector.CALLERS.keySet()) {
            loaded.add(Class.forName(name.replace('/', '.'), false, null));
        }
        instrumentation.retransformClasses(loaded.toArray(Class<?>[]::new));
    }

    private static Class<?> define(Class<?> neighbour, String name) throws IOException, IllegalAccessException {
        try (InputStream input = Hooks.class.getResourceAsStream("base/" + name + ".class")) {
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
        if (loader == null && className != null) {
            String caller = Redirector.CALLERS.get(className);
            if (caller != null) {
                try {
                    return new Redirector().redirect(original, caller);
                } catch (Throwable t) {
                    t.printStackTrace();
                }
            }
        }
        return null;
    }
}
