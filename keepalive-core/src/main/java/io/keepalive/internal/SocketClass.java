package io.keepalive.internal;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a class of sockets overrides of {@link Socket}: known from the class alone, and found once for each.
 *
 * @param isJdk whether the class is the JDK's own
 * @param isPlain whether every call reaches the object's own descriptor
 * @param ownsState whether {@code isConnected} speaks of the object's own descriptor
 * @param ownsStreams whether the class overrides a method for a stream
 * @param forwardsReuseAddress whether the class overrides both methods for {@code SO_REUSEADDR}
 * @param forwardsBufferSizes whether the class overrides the methods that read the sizes of the buffers
 * @param wrapped the fields that may hold a wrapped socket
 */
record SocketClass(
        boolean isJdk,
        boolean isPlain,
        boolean ownsState,
        boolean ownsStreams,
        boolean forwardsReuseAddress,
        boolean forwardsBufferSizes,
        List<Field> wrapped) {
    private static final ClassValue<SocketClass> FOUND = new ClassValue<>() {
        @Override
        protected SocketClass computeValue(Class<?> type) {
            return find(type);
        }
    };

    /** For a class that extends {@link Socket}. */
    static SocketClass of(Class<?> type) {
        return FOUND.get(type);
    }

    /** Whether the JDK's own loader made the class. */
    static boolean isOfJdk(Class<?> type) {
        return type.getClassLoader() == null;
    }

    private static SocketClass find(Class<?> type) {
        boolean jdk = isOfJdk(type);
        boolean state = !jdk && !overrides(type, "isConnected");
        boolean streams = overrides(type, "getInputStream") || overrides(type, "getOutputStream");
        boolean ends = overrides(type, "getLocalPort")
                || overrides(type, "getPort")
                || overrides(type, "getInetAddress")
                || overrides(type, "getLocalAddress");
        boolean plain = jdk
                ? !javax.net.ssl.SSLSocket.class.isAssignableFrom(type)
                : state && !streams && !ends && !overrides(type, "connect", java.net.SocketAddress.class, int.class);
        return new SocketClass(
                jdk,
                plain,
                state,
                streams,
                overrides(type, "getReuseAddress") && overrides(type, "setReuseAddress", boolean.class),
                overrides(type, "getSendBufferSize") && overrides(type, "getReceiveBufferSize"),
                jdk || plain ? List.of() : socketFields(type));
    }

    private static boolean overrides(Class<?> type, String method, Class<?>... parameters) {
        try {
            return !isOfJdk(type.getMethod(method, parameters).getDeclaringClass());
        } catch (NoSuchMethodException | LinkageError e) {
            return true; // unknown: nothing may be concluded from it
        }
    }

    private static List<Field> socketFields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> declaring = type;
                declaring != null && !isOfJdk(declaring);
                declaring = declaring.getSuperclass()) {
            for (Field field : declaring.getDeclaredFields()) {
                if (Socket.class.isAssignableFrom(field.getType())
                        && !Modifier.isStatic(field.getModifiers())
                        && field.trySetAccessible()) {
                    fields.add(field);
                }
            }
        }
        return List.copyOf(fields);
    }

    /** The one other socket that the object holds; null if there is none, or more than one. */
    @Nullable
    Socket wrappedBy(Socket socket) {
        Socket found = null;
        for (Field field : wrapped) {
            Object value;
            try {
                value = field.get(socket);
            } catch (IllegalAccessException e) {
                continue; // closed to us since
            }
            if (value instanceof Socket other && other != socket && other != found) {
                if (found != null) {
                    return null;
                }
                found = other;
            }
        }
        return found;
    }
}
