package io.keepalive.agent;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** One change of a class: where, and what is put there. All code put in calls a class that is inside java.base. */
sealed interface Edit {
    /** Reachable from every class loader, since none may define classes in {@code java.net}. */
    String HOOK = "java/net/KeepAliveHook";

    /** Beside the JDK's sockets, which have no other to tell. */
    String NET = "sun/nio/ch/KeepAliveNet";

    /** Where it goes, for messages. */
    String place();

    /** Whether a class without that place is of an unknown shape. */
    default boolean isRequired() {
        return true;
    }

    /**
     * Whether it calls the class's own {@code intValue()}. Only a class that calls it by itself is sure to have it,
     * whoever its superclass is.
     */
    default boolean needsDescriptor() {
        return false;
    }

    /** At the start of a method; returns whether this was the place. */
    default boolean atEntry(MethodVisitor code, String owner, String name, String descriptor, String kind) {
        return false;
    }

    /** Instead of a call; returns whether this was the place. */
    default boolean atCall(MethodVisitor code, String owner, String name, String descriptor, String kind) {
        return false;
    }

    /** Before an object is returned, which is on the stack; returns whether this was the place. */
    default boolean atReturn(MethodVisitor code, String name, String descriptor) {
        return false;
    }

    /**
     * A call of a method of {@code sun.nio.ch} goes to the method of the same name of {@code KeepAliveNet} instead, with
     * the kind of socket behind its parameters; of an instance's method the instance is the first parameter.
     *
     * @param isRequired false for an edit that only reports how connections end: connections are kept without it too
     */
    record Redirect(String owner, String method, String parameters, boolean isRequired) implements Edit {
        /** What reads and writes for all of the JDK's channels, an instance. */
        static final String DISPATCHER = "sun/nio/ch/NativeDispatcher";

        @Override
        public String place() {
            return "call of " + owner.substring(owner.lastIndexOf('/') + 1) + "." + method + parameters;
        }

        @Override
        public boolean atCall(MethodVisitor code, String owner, String name, String descriptor, String kind) {
            if (!owner.equals(this.owner) || !name.equals(method) || !descriptor.startsWith(parameters + ")")) {
                return false;
            }
            String instance = owner.equals(DISPATCHER) ? "L" + owner + ";" : "";
            code.visitLdcInsn(kind);
            code.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    NET,
                    name,
                    "(" + instance + descriptor.substring(1).replace(")", "Ljava/lang/String;)"),
                    false);
            return true;
        }
    }

    /** A method without parameters, which closes, reports the descriptor, which is in a field. */
    record TellClose(String method) implements Edit {
        @Override
        public String place() {
            return "method " + method + "()";
        }

        @Override
        public boolean isRequired() {
            return false;
        }

        @Override
        public boolean atEntry(MethodVisitor code, String owner, String name, String descriptor, String kind) {
            if (!name.equals(method) || !descriptor.startsWith("()")) {
                return false;
            }
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitFieldInsn(Opcodes.GETFIELD, owner, "fd", "Ljava/io/FileDescriptor;");
            code.visitMethodInsn(Opcodes.INVOKESTATIC, NET, "closing", "(Ljava/io/FileDescriptor;)V", false);
            return true;
        }
    }

    /** A method of something with an {@code intValue()}, its descriptor, reports the address that it is about to connect to. */
    record TellConnect(String method) implements Edit {
        @Override
        public String place() {
            return "method " + method + "(SocketAddress)";
        }

        @Override
        public boolean needsDescriptor() {
            return true;
        }

        @Override
        public boolean atEntry(MethodVisitor code, String owner, String name, String descriptor, String kind) {
            if (!name.equals(method) || !descriptor.equals("(Ljava/net/SocketAddress;)Z")) {
                return false;
            }
            code.visitLdcInsn(Hooks.KEY);
            loadDescriptor(code, owner);
            code.visitLdcInsn(kind);
            code.visitVarInsn(Opcodes.ALOAD, 1);
            call(code, "connect", "(JILjava/lang/String;Ljava/net/SocketAddress;)V");
            return true;
        }
    }

    /** As {@link TellConnect}, in io_uring's channel, which has its socket in a field. */
    record TellSubmit(String socketClass) implements Edit {
        @Override
        public String place() {
            return "method submitConnect(InetSocketAddress)";
        }

        @Override
        public boolean atEntry(MethodVisitor code, String owner, String name, String descriptor, String kind) {
            if (!name.equals("submitConnect") || !descriptor.equals("(Ljava/net/InetSocketAddress;)V")) {
                return false;
            }
            String type = owner.substring(0, owner.lastIndexOf('/') + 1) + socketClass;
            code.visitLdcInsn(Hooks.KEY);
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitFieldInsn(Opcodes.GETFIELD, owner, "socket", "L" + type + ";");
            code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, type, "intValue", "()I", false);
            code.visitLdcInsn(kind);
            code.visitVarInsn(Opcodes.ALOAD, 1);
            call(code, "connect", "(JILjava/lang/String;Ljava/net/SocketAddress;)V");
            return true;
        }
    }

    /** A method that makes a channel of an accepted descriptor, its first parameter. */
    record TellAccept(String method) implements Edit {
        @Override
        public String place() {
            return "method " + method + "(int, ...)";
        }

        @Override
        public boolean atEntry(MethodVisitor code, String owner, String name, String descriptor, String kind) {
            if (!name.equals(method) || !descriptor.startsWith("(I")) {
                return false;
            }
            code.visitLdcInsn(Hooks.KEY);
            code.visitVarInsn(Opcodes.ILOAD, 1);
            code.visitLdcInsn(kind);
            call(code, "accept", "(JILjava/lang/String;)V");
            return true;
        }
    }

    /** A setter of something with an {@code intValue()} reports the call first, and returns if it is refused. */
    record AskSet(String method, String parameter, String option) implements Edit {
        @Override
        public String place() {
            return "method " + method + "(" + parameter + ")";
        }

        /** Old versions lack some, and a socket is kept without. */
        @Override
        public boolean isRequired() {
            return false;
        }

        @Override
        public boolean needsDescriptor() {
            return true;
        }

        @Override
        public boolean atEntry(MethodVisitor code, String owner, String name, String descriptor, String kind) {
            if (!name.equals(method) || !descriptor.equals("(" + parameter + ")V")) {
                return false;
            }
            Label goOn = new Label();
            code.visitLdcInsn(Hooks.KEY);
            loadDescriptor(code, owner);
            code.visitLdcInsn(kind);
            code.visitVarInsn(Opcodes.ILOAD, 1);
            code.visitLdcInsn(option);
            call(code, "set", "(JILjava/lang/String;ILjava/lang/String;)Z");
            code.visitJumpInsn(Opcodes.IFEQ, goOn);
            code.visitInsn(Opcodes.RETURN);
            code.visitLabel(goOn);
            code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            return true;
        }
    }

    /** A method without parameters shows what it returns. */
    record TellReturn(String method) implements Edit {
        @Override
        public String place() {
            return "method " + method + "()";
        }

        @Override
        public boolean atReturn(MethodVisitor code, String name, String descriptor) {
            if (!name.equals(method) || !descriptor.startsWith("()")) {
                return false;
            }
            code.visitInsn(Opcodes.DUP);
            code.visitLdcInsn(Hooks.KEY);
            code.visitInsn(Opcodes.DUP2_X1);
            code.visitInsn(Opcodes.POP2);
            call(code, "beans", "(JLjava/lang/Object;)V");
            return true;
        }
    }

    private static void loadDescriptor(MethodVisitor code, String owner) {
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, "intValue", "()I", false);
    }

    private static void call(MethodVisitor code, String name, String descriptor) {
        code.visitMethodInsn(Opcodes.INVOKESTATIC, HOOK, name, descriptor, false);
    }
}
