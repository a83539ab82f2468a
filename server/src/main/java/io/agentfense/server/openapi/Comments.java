package io.agentfense.server.openapi;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the protocol buffers' sources say about their parts: the comment before each. Generated classes have lost it, so it
 * comes from the descriptor set that is built beside them. Immutable.
 *
 * @see <a href="https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto">SourceCodeInfo</a>
 */
final class Comments {
    private static final String SET = "/agentfense.dsc";

    /** Field numbers in descriptor.proto, which make the path to a part. */
    private static final int MESSAGE = 4;

    private static final int SERVICE = 6;
    private static final int METHOD = 2;
    private static final int FIELD = 2;

    private final Map<String, Map<List<Integer>, String>> files = new HashMap<>();

    private Comments(FileDescriptorSet set) {
        for (FileDescriptorProto file : set.getFileList()) {
            Map<List<Integer>, String> comments = new HashMap<>();
            for (Location location : file.getSourceCodeInfo().getLocationList()) {
                if (!location.getLeadingComments().isBlank()) {
                    comments.put(location.getPathList(), text(location.getLeadingComments()));
                }
            }
            files.put(file.getName(), comments);
        }
    }

    static Comments load() {
        try (InputStream in = Comments.class.getResourceAsStream(SET)) {
            if (in == null) {
                throw new IllegalStateException(SET + " is not on the class path");
            }
            return new Comments(FileDescriptorSet.parseFrom(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String comment) {
        return comment.strip().replaceAll("\\s*\\n\\s*", " ");
    }

    String of(MethodDescriptor method) {
        return find(method.getFile(), List.of(SERVICE, method.getService().getIndex(), METHOD, method.getIndex()));
    }

    String of(FieldDescriptor field) {
        List<Integer> path = path(field.getContainingType());
        path.add(FIELD);
        path.add(field.getIndex());
        return find(field.getFile(), path);
    }

    String of(Descriptor message) {
        return find(message.getFile(), path(message));
    }

    private static List<Integer> path(Descriptor message) {
        Descriptor outer = message.getContainingType();
        List<Integer> path = outer == null ? new ArrayList<>() : path(outer);
        // A nested message has the number 3 in its outer one; a message of a file has 4.
        path.add(outer == null ? MESSAGE : MESSAGE - 1);
        path.add(message.getIndex());
        return path;
    }

    private String find(FileDescriptor file, List<Integer> path) {
        return files.getOrDefault(file.getName(), Map.of()).getOrDefault(path, "");
    }
}
