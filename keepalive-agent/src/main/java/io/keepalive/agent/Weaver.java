package io.keepalive.agent;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Works the edits of a {@link Target} into a class file. The class must have the shape that is known: an edit that finds
 * nothing to edit is an error, and the class stays as it is.
 */
final class Weaver extends ClassVisitor {
    /** More than any edit pushes. */
    private static final int EXTRA_STACK = 7;

    private final Target target;
    private final List<Edit> edits;
    private final boolean[] found;
    private String className = "";
    private boolean hasDescriptor;

    private Weaver(Target target, ClassVisitor next) {
        super(Opcodes.ASM9, next);
        this.target = target;
        this.edits = target.edits();
        this.found = new boolean[edits.size()];
    }

    /**
     * Edits a class.
     *
     * @throws IllegalStateException if it does not have the known shape; the message names what is missing
     */
    static byte[] weave(byte[] original, Target target) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, 0);
        Weaver weaver = new Weaver(target, writer);
        reader.accept(weaver, 0);
        for (Edit edit : target.edits()) {
            String missing = weaver.missing(edit);
            if (missing != null && (edit.isRequired() || weaver.isFound(edit))) {
                throw new IllegalStateException("no " + missing + " in this version of it");
            }
        }
        return writer.toByteArray();
    }

    /** What a class lacks of all that would be edited, required or not; empty if it is as known. */
    static List<String> missing(byte[] original, Target target) {
        Weaver weaver = new Weaver(target, new ClassWriter(0));
        new ClassReader(original).accept(weaver, 0);
        return target.edits().stream()
                .map(weaver::missing)
                .filter(Objects::nonNull)
                .collect(Collectors.toList());
    }

    private boolean isFound(Edit edit) {
        return found[edits.indexOf(edit)];
    }

    private @Nullable String missing(Edit edit) {
        if (!isFound(edit)) {
            return edit.place();
        }
        return edit.needsDescriptor() && !hasDescriptor ? "call of its own intValue()" : null;
    }

    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        className = name;
        hasDescriptor = superName != null && extendsNettysDescriptor(name, superName);
        super.visit(version, access, name, signature, superName, interfaces);
    }

    /** Netty up to 4.1.74 at least reads its superclass's field and calls no {@code intValue()} itself. */
    private static boolean extendsNettysDescriptor(String name, String superName) {
        String netty = "netty/channel/";
        int end = superName.lastIndexOf(netty) + netty.length();
        return (superName.endsWith(netty + "unix/FileDescriptor") || superName.endsWith(netty + "unix/Socket"))
                && name.startsWith(superName.substring(0, end));
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        return new Body(super.visitMethod(access, name, descriptor, signature, exceptions), name, descriptor);
    }

    /** One method. */
    private final class Body extends MethodVisitor {
        private final String name;
        private final String descriptor;

        Body(MethodVisitor next, String name, String descriptor) {
            super(Opcodes.ASM9, next);
            this.name = name;
            this.descriptor = descriptor;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            for (int i = 0; i < found.length; i++) {
                found[i] |= edits.get(i).atEntry(mv, className, name, descriptor, target.kind());
            }
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            hasDescriptor |= owner.equals(className) && name.equals("intValue") && descriptor.equals("()I");
            for (int i = 0; i < found.length; i++) {
                if (edits.get(i).atCall(mv, owner, name, descriptor, target.kind())) {
                    found[i] = true;
                    return;
                }
            }
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.ARETURN) {
                for (int i = 0; i < found.length; i++) {
                    found[i] |= edits.get(i).atReturn(mv, name, descriptor);
                }
            }
            super.visitInsn(opcode);
        }

        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            super.visitMaxs(maxStack + EXTRA_STACK, maxLocals);
        }
    }
}
