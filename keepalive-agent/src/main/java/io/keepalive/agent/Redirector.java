package io.keepalive.agent;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Redirects calls in a class: to a static method of another class with the same name and parameters, and the caller's
 * name behind them. Nothing else of the class changes, so its frames stay valid.
 */
final class Redirector {
    private static final String FROM = "sun/nio/ch/Net";
    private static final String TO = "sun/nio/ch/KeepAliveNet";

    /** The JDK's TCP sockets, and what reports call them. Names of 17 and 25; a missing one is reported. */
    static final Map<String, String> CALLERS = Map.of(
            "sun/nio/ch/NioSocketImpl", "Socket",
            "sun/nio/ch/SocketChannelImpl", "SocketChannel",
            "sun/nio/ch/ServerSocketChannelImpl", "ServerSocketChannel",
            "sun/nio/ch/AsynchronousSocketChannelImpl", "AsynchronousSocketChannel",
            "sun/nio/ch/UnixAsynchronousSocketChannelImpl", "AsynchronousSocketChannel",
            "sun/nio/ch/UnixAsynchronousServerSocketChannelImpl", "AsynchronousServerSocketChannel");

    private int redirected;

    byte[] redirect(byte[] original, String caller) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        return new Calls(
                                super.visitMethod(access, name, descriptor, signature, exceptions), caller);
                    }
                },
                0);
        return writer.toByteArray();
    }

    int redirected() {
        return redirected;
    }

    private final class Calls extends MethodVisitor {
        private final String caller;

        Calls(MethodVisitor next, String caller) {
            super(Opcodes.ASM9, next);
            this.caller = caller;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            boolean redirects = owner.equals(FROM)
                    && (name.equals("connect") || name.equals("accept") || name.equals("setSocketOption"));
            if (!redirects) {
                super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
                return;
            }
            redirected++;
            super.visitLdcInsn(caller);
            super.visitMethodInsn(
                    Opcodes.INVOKESTATIC, TO, name, descriptor.replace(")", "Ljava/lang/String;)"), false);
        }

        /** For the caller's name. */
        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            super.visitMaxs(maxStack + 1, maxLocals);
        }
    }
}
