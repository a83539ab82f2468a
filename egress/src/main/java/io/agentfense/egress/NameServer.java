package io.agentfense.egress;

import io.agentfense.egress.policy.HostName;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.util.Optional;
import java.util.Set;

/**
 * The name server of a sandbox. It asks nobody: a name that may be reached gets addresses that stand for it, all others
 * are not there. So neither a name nor an answer carries anything out or in.
 */
final class NameServer extends SimpleChannelInboundHandler<DnsQuery> {
    private static final int SECONDS_TO_LIVE = 60;
    private static final DnsRecordType SVCB = DnsRecordType.valueOf(64);
    private static final DnsRecordType HTTPS = DnsRecordType.valueOf(65);

    /** What ordinary programs ask beside addresses; there is none of it, and it is no sign of anything. */
    private static final Set<DnsRecordType> HARMLESS = Set.of(SVCB, HTTPS);

    private final Gate gate;

    NameServer(Gate gate) {
        this.gate = gate;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DnsQuery query) {
        DnsResponse response = query instanceof DatagramDnsQuery datagram
                ? new DatagramDnsResponse(
                        /* sender= */ datagram.recipient(), /* recipient= */ datagram.sender(), query.id())
                : new DefaultDnsResponse(query.id());
        response.setRecursionDesired(query.isRecursionDesired()).setRecursionAvailable(true);
        response.setCode(answer(query, response));
        var _ = context.writeAndFlush(response);
    }

    private DnsResponseCode answer(DnsQuery query, DnsResponse response) {
        DnsRecord record = query.count(DnsSection.QUESTION) == 1 ? query.recordAt(DnsSection.QUESTION) : null;
        if (!query.opCode().equals(DnsOpCode.QUERY) || !(record instanceof DnsQuestion question)) {
            gate.denials().note("dns", "", 0, "not an ordinary question");
            return DnsResponseCode.REFUSED;
        }
        response.addRecord(
                DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type(), question.dnsClass()));
        Optional<HostName> name = HostName.parse(question.name());
        if (name.isEmpty() || !gate.policy().knows(name.get())) {
            deny(question, "not in the allow list of policy '" + gate.policy().name() + "'");
            return DnsResponseCode.NXDOMAIN;
        }
        return addresses(question, name.get(), response);
    }

    private DnsResponseCode addresses(DnsQuestion question, HostName name, DnsResponse response) {
        DnsRecordType type = question.type();
        if (question.dnsClass() != DnsRecord.CLASS_IN) {
            deny(question, "a question of class " + question.dnsClass());
            return DnsResponseCode.REFUSED;
        }
        if (type.equals(DnsRecordType.A)) {
            add(question, response, gate.names().ipv4(name));
        } else if (type.equals(DnsRecordType.AAAA)) {
            add(question, response, gate.names().ipv6(name));
        } else if (!HARMLESS.contains(type)) {
            deny(question, "only addresses can be asked for, not " + type.name());
            return DnsResponseCode.REFUSED;
        }
        return DnsResponseCode.NOERROR;
    }

    private static void add(DnsQuestion question, DnsResponse response, byte[] address) {
        response.addRecord(
                DnsSection.ANSWER,
                new DefaultDnsRawRecord(
                        question.name(), question.type(), SECONDS_TO_LIVE, Unpooled.wrappedBuffer(address)));
    }

    private void deny(DnsQuestion question, String rule) {
        String name = question.name();
        gate.denials().note("dns", name.endsWith(".") ? name.substring(0, name.length() - 1) : name, 0, rule);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    /** By a stream one question comes after the other. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (context.channel() instanceof DuplexChannel) {
            var _ = context.close();
        }
    }

    /** What is no query. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        gate.denials().note("dns", "", 0, "not a question that can be read");
        if (context.channel() instanceof DuplexChannel) {
            var _ = context.close();
        }
    }
}
