package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class WeaverTest {
    private static final Target SOCKET = Target.OF_JDK.get(0);

    static List<Target> jdkTargets() {
        return Target.OF_JDK;
    }

    /** Of the JDK that runs this test; on systems without Unix-like asynchronous channels two are missing. */
    @ParameterizedTest
    @MethodSource("jdkTargets")
    void everyCallOfTheJdk_isRedirected_andNothingElseChanges(Target target) throws IOException {
        byte[] original = bytes(target.name());

        byte[] edited = Weaver.weave(original, target);

        assertThat(calls(original)).doesNotContain("sun/nio/ch/KeepAliveNet");
        int added = (int)
                target.edits().stream().filter(Edit.TellClose.class::isInstance).count();
        assertThat(calls(edited))
                .contains("sun/nio/ch/KeepAliveNet")
                .hasSize(calls(original).size() + added);
        assertThat(Weaver.missing(original, target)).isEmpty();
    }

    @Test
    void classOfAnotherShape_isRefused_withWhatIsMissing() throws IOException {
        byte[] stranger = bytes("java/util/ArrayList");

        assertThatThrownBy(() -> Weaver.weave(stranger, SOCKET))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "no call of Net.connect(Ljava/io/FileDescriptor;Ljava/net/InetAddress;I in this version of it");
    }

    /** Connections of a class are kept also where it can't be seen how they end. */
    @Test
    void classWithoutMethodsForEnds_isEditedAllTheSame() throws IOException {
        List<Edit> edits = new ArrayList<>(SOCKET.edits());
        edits.add(new Edit.TellClose("closeInAnotherWay"));
        edits.add(new Edit.Redirect(Edit.Redirect.DISPATCHER, "readAll", "(I", false));
        byte[] original = bytes(SOCKET.name());
        Target changed = new Target(SOCKET.name(), "Socket", edits);

        assertThat(calls(Weaver.weave(original, changed))).contains("sun/nio/ch/KeepAliveNet");
        assertThat(Weaver.missing(original, changed))
                .containsExactly("method closeInAnotherWay()", "call of NativeDispatcher.readAll(I");
    }

    /** What its name promises, its own code has to show. */
    @Test
    void classWithoutDescriptor_isRefused() throws IOException {
        String name = "io/keepalive/agent/programs/lookalike/netty/channel/unix/Socket";
        Target target = Objects.requireNonNull(Target.of(WeaverTest.class.getClassLoader(), name));
        byte[] lookalike = bytes(name);

        assertThatThrownBy(() -> Weaver.weave(lookalike, target))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no call of its own intValue() in this version of it");
    }

    /** As that of Netty 4.1.74: it reads a field of its superclass, and calls no intValue(). */
    @Test
    void oldNettysSocket_isEdited() {
        String netty = "com/example/shaded/netty/channel/unix/";
        Target target = Objects.requireNonNull(Target.of(WeaverTest.class.getClassLoader(), netty + "Socket"));

        assertThat(Weaver.missing(socket(netty + "Socket", netty + "FileDescriptor"), target))
                .isEmpty();
        assertThat(Weaver.missing(socket(netty + "Socket", "netty/channel/unix/FileDescriptor"), target))
                .isNotEmpty();
        assertThat(Weaver.missing(socket(netty + "Socket", "java/lang/Object"), target))
                .isNotEmpty();
    }

    private static byte[] socket(String name, String superName) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(Opcodes.V1_8, Opcodes.ACC_PUBLIC, name, null, superName, null);
        MethodVisitor connect =
                writer.visitMethod(Opcodes.ACC_PUBLIC, "connect", "(Ljava/net/SocketAddress;)Z", null, null);
        connect.visitCode();
        connect.visitInsn(Opcodes.ICONST_1);
        connect.visitInsn(Opcodes.IRETURN);
        connect.visitMaxs(0, 0);
        connect.visitEnd();
        MethodVisitor setter = writer.visitMethod(Opcodes.ACC_PUBLIC, "setKeepAlive", "(Z)V", null, null);
        setter.visitCode();
        setter.visitInsn(Opcodes.RETURN);
        setter.visitMaxs(0, 0);
        setter.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    @Test
    void classFileOfTheFuture_isRefused() throws IOException {
        byte[] future = bytes(SOCKET.name());
        future[7] = (byte) 200; // its major version

        assertThatThrownBy(() -> Weaver.weave(future, SOCKET)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nearlyAllClasses_areNoTargets() {
        ClassLoader loader = WeaverTest.class.getClassLoader();

        assertThat(Target.of(null, "sun/nio/ch/DatagramChannelImpl")).isNull();
        assertThat(Target.of(loader, "com/example/channel/Socket")).isNull();
        assertThat(Target.of(loader, "sun/nio/ch/NioSocketImpl")).isNull();
        assertThat(Target.of(null, "sun/nio/ch/NioSocketImpl")).isSameAs(SOCKET);
        assertThat(Target.of(loader, "com/example/mynetty/channel/unix/Socket")).isNull();
        assertThat(Target.of(loader, "com/example/channel/uring/LinuxSocket")).isNull();
        assertThat(Target.of(loader, "netty/channel/unix/Socket")).isNotNull();
        assertThat(Target.of(loader, "io/netty/incubator/channel/uring/AbstractIOUringChannel"))
                .isNotNull();
        assertThat(Target.of(loader, "io/grpc/netty/shaded/io/netty/channel/unix/Socket"))
                .isNotNull();
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream input = ClassLoader.getSystemResourceAsStream(name + ".class")) {
            return input.readAllBytes();
        }
    }

    /** The owners of all methods that are called, in order. */
    private static List<String> calls(byte[] bytes) {
        List<String> owners = new ArrayList<>();
        new ClassReader(bytes)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] exceptions) {
                                return new MethodVisitor(Opcodes.ASM9) {
                                    @Override
                                    public void visitMethodInsn(
                                            int opcode,
                                            String owner,
                                            String name,
                                            String descriptor,
                                            boolean isInterface) {
                                        owners.add(owner);
                                    }
                                };
                            }
                        },
                        0);
        return owners;
    }
}
