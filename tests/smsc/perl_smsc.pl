#!/usr/bin/perl
# An SMSC for the tests, played on Debian's libnet-smpp-perl. It is told what to do by JSON lines on standard input and tells
# what happened by JSON lines on standard output, as node_smsc/smsc.js does.
use strict;
use warnings;
use IO::Select;
use JSON::PP;
use Net::SMPP;

my $PASSWORD = 'secret';
my $json = JSON::PP->new->utf8->canonical;
$| = 1;

my $server = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34) or die "cannot listen: $!";
my $select = IO::Select->new($server, \*STDIN);
my ($bound, $pending) = (undef, '');
my $next_id = 7000;
my %manner = (status => 0, receipt => 'DELIVRD');

sub tell_test { print $json->encode({ event => $_[0], @_[1 .. $#_] }), "\n" }

sub send_to_esme {
    my ($from, $to, $octets, $esm, $coding) = @_;
    $bound->deliver_sm(
        source_addr_ton => 1, source_addr_npi => 1, source_addr => $from, destination_addr => $to,
        esm_class => $esm, data_coding => $coding, short_message => $octets, async => 1,
    );
}

sub take {
    my ($session, $pdu) = @_;
    my $id = $next_id++;
    tell_test('submit', id => "$id", from => $pdu->{source_addr}, to => $pdu->{destination_addr},
        octets => unpack('H*', $pdu->{short_message}), coding => $pdu->{data_coding} + 0,
        esm => $pdu->{esm_class} + 0, receipt => $pdu->{registered_delivery} + 0);
    $session->submit_sm_resp(message_id => $manner{status} ? '' : "$id", status => $manner{status}, seq => $pdu->{seq});
    return if $manner{status};
    my $text = "id:$id sub:001 dlvrd:001 submit date:2604011200 done date:2604011201 stat:$manner{receipt} err:000 text:";
    send_to_esme($pdu->{destination_addr}, $pdu->{source_addr}, $text, 4, 0);
}

my %answer_to = (
    0x09 => sub {
        my ($session, $pdu) = @_;
        my $is_right = $pdu->{password} eq $PASSWORD;
        $session->bind_transceiver_resp(system_id => 'perl', status => $is_right ? 0 : 0x0E, seq => $pdu->{seq});
        $bound = $session if $is_right;
        tell_test($is_right ? 'bound' : 'refused', system_id => $pdu->{system_id});
    },
    0x04 => \&take,
    0x15 => sub { $_[0]->enquire_link_resp(seq => $_[1]{seq}) },
    0x06 => sub { $_[0]->unbind_resp(seq => $_[1]{seq}); tell_test('unbound'); let_go($_[0]) },
    0x80000005 => sub { tell_test('acknowledged', status => $_[1]{status} + 0) },
    0x80000006 => sub { tell_test('unbind_answered'); let_go($_[0]) },
);

my %does = (
    behave => sub { %manner = (status => 0, receipt => 'DELIVRD', %{ $_[0] }) },
    reply => sub { send_to_esme($_[0]{from}, $_[0]{to}, pack('H*', $_[0]{octets}), $_[0]{esm} || 0, $_[0]{coding} || 0) },
    unbind => sub { $bound->unbind(async => 1) },
);

sub let_go { $select->remove($_[0]); close $_[0] }

sub read_orders {
    sysread(STDIN, $pending, 65536, length $pending) or exit 0;
    while ($pending =~ s/^(.*)\n//) {
        my $order = $json->decode($1);
        $does{ $order->{do} }->($order);
        tell_test('done', did => $order->{do});
    }
}

sub read_session {
    my ($session) = @_;
    my $pdu = eval { local $SIG{__WARN__} = sub { }; $session->read_pdu };
    return let_go($session) unless $pdu;
    my $answer = $answer_to{ $pdu->{cmd} } or die "unexpected command $pdu->{cmd}";
    $answer->($session, $pdu);
}

tell_test('listening', port => $server->sockport + 0);
while (1) {
    for my $ready ($select->can_read) {
        if    ($ready == $server)  { $select->add($server->accept) }
        elsif ($ready == \*STDIN)  { read_orders() }
        else                       { read_session($ready) }
    }
}
