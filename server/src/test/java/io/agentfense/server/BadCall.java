package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * A call that must be refused, and how.
 *
 * @param name for the report
 * @param beginning what the message begins with: the field, where one is to blame
 * @param reason what else is in it
 */
record BadCall<Q extends Message, A extends Message>(
        String name, MethodDescriptor<Q, A> method, Q request, Status.Code code, String beginning, String reason) {
    /** One that is refused with INVALID_ARGUMENT for a field. */
    static <Q extends Message, A extends Message> BadCall<Q, A> invalid(
            String name, MethodDescriptor<Q, A> method, Message.Builder request, String field, String reason) {
        @SuppressWarnings("unchecked")
        Q built = (Q) request.build();
        return new BadCall<>(name, method, built, Status.Code.INVALID_ARGUMENT, field, reason);
    }

    /** One that is refused in just these words. */
    static <Q extends Message, A extends Message> BadCall<Q, A> exact(
            MethodDescriptor<Q, A> method, Message.Builder request, Status.Code code, String message) {
        @SuppressWarnings("unchecked")
        Q built = (Q) request.build();
        return new BadCall<>(method.getBareMethodName() + ": " + message, method, built, code, message, "");
    }

    /** Makes the call and looks at how it is refused. */
    void check(TestServer server, Face face) {
        Status status = face.refusal(server, method, request);
        assertThat(status.getDescription()).as(name).startsWith(beginning).contains(reason);
        assertThat(status.getCode()).as("%s: %s", name, status.getDescription()).isEqualTo(code);
        if (reason.isEmpty()) {
            assertThat(status.getDescription()).isEqualTo(beginning);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
